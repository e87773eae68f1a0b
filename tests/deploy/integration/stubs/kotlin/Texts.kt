// Reads texts, writes their pixels.
import java.io.DataInputStream
import java.io.DataOutputStream
import potstill.Preprocessing

fun main() {
    val source = DataInputStream(System.`in`.buffered())
    val target = DataOutputStream(System.out.buffered())
    repeat(source.readInt()) {
        val text = String(CharArray(source.readInt()) { source.readChar() })
        Preprocessing.pixels(text).forEach { target.writeByte(it) }
        Preprocessing.input(text).forEach { target.writeByte(it.toInt()) }
    }
    target.flush()
}
