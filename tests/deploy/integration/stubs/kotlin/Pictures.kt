// Writes the labels, each ended by a zero. Reads pictures, each with the outputs that the model shall give; writes what
// each classifier gave to the model, and the likeliest classes.
import android.graphics.Bitmap
import java.io.DataInputStream
import java.io.DataOutputStream
import org.tensorflow.lite.MadeUp
import potstill.Preprocessing

fun main() {
    val source = DataInputStream(System.`in`.buffered())
    val target = DataOutputStream(System.out.buffered())
    target.write(Preprocessing.LABELS.joinToString("") { it + '\u0000' }.toByteArray())
    repeat(source.readInt()) {
        val (width, height) = List(2) { source.readInt() }
        val bitmap = Bitmap(width, height, IntArray(width * height) { source.readInt() })
        MadeUp.gives = ByteArray(source.readInt()).also { source.readFully(it) }
        for (classified in classifiers().map { it(bitmap) }) {
            target.write(MadeUp.given)
            classified.forEach {
                target.writeInt(Preprocessing.LABELS.indexOf(it.label))
                target.writeDouble(it.confidence)
            }
        }
    }
    check(MadeUp.open == 0)
    target.flush()
}
