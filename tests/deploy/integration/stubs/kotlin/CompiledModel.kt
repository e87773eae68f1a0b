// As Interpreter.kt, of LiteRT's CompiledModel.
package com.google.ai.edge.litert

import android.content.res.AssetManager
import java.nio.ByteBuffer
import java.nio.ByteOrder
import org.tensorflow.lite.MadeUp

enum class Accelerator { NONE, CPU, GPU, NPU }

class TensorBuffer internal constructor() : AutoCloseable {
    internal var content = ByteArray(0)

    init {
        MadeUp.open++
    }

    fun writeInt8(data: ByteArray) {
        content = data
    }

    fun writeFloat(data: FloatArray) {
        content = ByteArray(4 * data.size).also { bytes(it).asFloatBuffer().put(data) }
    }

    fun readInt8(): ByteArray = content

    fun readFloat(): FloatArray = FloatArray(content.size / 4).also { bytes(content).asFloatBuffer().get(it) }

    override fun close() {
        MadeUp.open--
    }

    private fun bytes(array: ByteArray) = ByteBuffer.wrap(array).order(ByteOrder.nativeOrder())
}

class CompiledModel private constructor() : AutoCloseable {
    class Options(internal val accelerators: Set<Accelerator>) {
        constructor(vararg accelerators: Accelerator) : this(setOf(*accelerators))
    }

    @JvmOverloads
    fun createInputBuffers(signatureIndex: Int = 0): List<TensorBuffer> = List(signatureIndex + 1) { TensorBuffer() }

    @JvmOverloads
    fun createOutputBuffers(signatureIndex: Int = 0): List<TensorBuffer> = List(signatureIndex + 1) { TensorBuffer() }

    @JvmOverloads
    fun run(inputs: List<TensorBuffer>, outputs: List<TensorBuffer>, signatureIndex: Int = 0) {
        MadeUp.given = inputs[signatureIndex].content
        outputs[signatureIndex].content = MadeUp.gives
    }

    override fun close() {
        MadeUp.open--
    }

    companion object {
        @JvmOverloads
        @JvmStatic
        fun create(
            @Suppress("UNUSED_PARAMETER") assetManager: AssetManager,
            assetName: String,
            options: Options = Options(Accelerator.CPU),
        ): CompiledModel {
            require(assetName == "model.tflite" && options.accelerators == setOf(Accelerator.CPU))
            MadeUp.open++
            return CompiledModel()
        }
    }
}
