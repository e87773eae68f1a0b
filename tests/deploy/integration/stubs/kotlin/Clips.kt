// Reads clips, writes their pixels.
import java.io.DataInputStream
import java.io.DataOutputStream
import potstill.Preprocessing

fun main() {
    val source = DataInputStream(System.`in`.buffered())
    val target = DataOutputStream(System.out.buffered())
    repeat(source.readInt()) {
        val samples = ShortArray(source.readInt()) { source.readShort() }
        Preprocessing.pixels(FloatArray(samples.size) { samples[it] / 32768f }).forEach { target.writeByte(it) }
        Preprocessing.input(samples).forEach { target.writeByte(it.toInt()) }
    }
    target.flush()
}
