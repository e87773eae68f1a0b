package potstill

import android.content.res.AssetManager
{% if not sound and not text %}
import android.graphics.Bitmap
{% endif %}
import com.google.ai.edge.litert.Accelerator
import com.google.ai.edge.litert.CompiledModel

/** The model, a file among the app's assets, in LiteRT's CompiledModel. One thread at a time may use it. */
class CompiledModelClassifier(
    assets: AssetManager,
    file: String = "model.tflite",
    accelerator: Accelerator = Accelerator.CPU,
) : AutoCloseable {
    private val model = CompiledModel.create(assets, file, CompiledModel.Options(accelerator))
    private val inputs = model.createInputBuffers()
    private val outputs = model.createOutputBuffers()

{% include "kotlin/classify.kt" %}

    /** What the model gives for what it takes. */
    fun run(input: {{ input_array }}): {{ output_array }} {
        inputs[0].write{{ input_call }}(input)
        model.run(inputs, outputs)
        return outputs[0].read{{ output_call }}()
    }

    override fun close() {
        (inputs + outputs).forEach { it.close() }
        model.close()
    }
}
