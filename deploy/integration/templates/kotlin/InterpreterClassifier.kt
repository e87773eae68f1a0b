package potstill

{% if not sound and not text %}
import android.graphics.Bitmap
{% endif %}
import java.nio.ByteBuffer
import java.nio.ByteOrder
import org.tensorflow.lite.Interpreter

/** The model, given as its bytes, in LiteRT's Interpreter on one core. One thread at a time may use it. */
class InterpreterClassifier(model: ByteArray) : AutoCloseable {
    private val interpreter = Interpreter(
        direct(model.size).apply {
            put(model)
            rewind()
        },
        Interpreter.Options().setNumThreads(1),
    )
    private val source = direct({{ height * width * channels * input_bytes }})
    private val target = direct({{ classes * output_bytes }})

{% include "kotlin/classify.kt" %}

    /** What the model gives for what it takes. */
    fun run(input: {{ input_array }}): {{ output_array }} {
        source.rewind()
        source{{ input_view }}.put(input)
        target.rewind()
        interpreter.run(source, target)
        target.rewind()
        return {{ output_array }}({{ classes }}).also { target{{ output_view }}.get(it) }
    }

    override fun close() = interpreter.close()

    private fun direct(size: Int): ByteBuffer = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder())
}
