// What generated code uses of LiteRT's Interpreter, with the signatures of its public sources. It is made up: it keeps
// what it is given, and gives what a test wants.
package org.tensorflow.lite

import java.nio.ByteBuffer
import java.nio.ByteOrder

object MadeUp {
    var given = ByteArray(0)
    var gives = ByteArray(0)
    var open = 0
}

class Interpreter(model: ByteBuffer, options: Options) : AutoCloseable {
    class Options {
        var threads = -1
        fun setNumThreads(numThreads: Int): Options = apply { threads = numThreads }
    }

    init {
        require(usable(model) && model.remaining() == MODEL_BYTES && options.threads == 1)
        MadeUp.open++
    }

    fun run(input: Any, output: Any) {
        input as ByteBuffer
        output as ByteBuffer
        require(usable(input) && usable(output) && output.capacity() == MadeUp.gives.size)
        // The whole buffer counts, wherever its position is.
        MadeUp.given = ByteArray(input.capacity()).also { input.duplicate().apply { clear() }.get(it) }
        output.put(MadeUp.gives)
    }

    override fun close() {
        MadeUp.open--
    }

    private fun usable(buffer: ByteBuffer) = buffer.isDirect && buffer.order() == ByteOrder.nativeOrder()

    companion object {
        const val MODEL_BYTES = 1234
    }
}
