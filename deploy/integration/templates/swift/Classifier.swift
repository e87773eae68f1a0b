{% if not sound %}
import CoreGraphics
{% endif %}
import Foundation
import LiteRT

/// The model in LiteRT's CompiledModel. One thread at a time may use it.
public final class Classifier {
    private let model: CompiledModel
    private let inputs: [TensorBuffer]
    private let outputs: [TensorBuffer]

    public init(modelPath: String, accelerators: Set<Accelerator> = [.cpu]) throws {
        let options = try Options()
        try options.setHardwareAccelerators(accelerators)
        let compiled = try CompiledModel(filePath: modelPath, environment: Environment(), options: options)
        model = compiled
        inputs = try compiled.createInputBuffers()
        outputs = try compiled.createOutputBuffers()
    }

{% if sound %}
    /// Classes of a clip of 16 bits, one channel and `Preprocessing.sampleRate`, the likeliest first.
    public func classify(_ clip: [Int16]) throws -> [Prediction] {
        return Preprocessing.predictions(try run(Preprocessing.input(Preprocessing.pixels(clip))))
    }
{% else %}
    /// Classes of an upright picture, the likeliest first. A UIImage's cgImage is not turned as its imageOrientation says.
    public func classify(_ image: CGImage) throws -> [Prediction] {
        let rgbx = try Classifier.rgbx(of: image)
        let pixels = Preprocessing.pixels(rgbx: rgbx, width: image.width, height: image.height)
        return Preprocessing.predictions(try run(Preprocessing.input(pixels)))
    }
{% endif %}

    /// What the model gives for what it takes.
    public func run(_ input: [{{ input_type }}]) throws -> [{{ output_type }}] {
        try inputs[0].write(input)
        try model.run(inputs: inputs, outputs: outputs)
        return try outputs[0].read()
    }
{% if not sound %}

    /// Red, green, blue and a byte that does not count of each pixel; over black where the picture is transparent.
    private static func rgbx(of image: CGImage) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4 * image.width * image.height)
        let isDrawn = bytes.withUnsafeMutableBytes { (buffer: UnsafeMutableRawBufferPointer) -> Bool in
            guard
                let space = CGColorSpace(name: CGColorSpace.sRGB),
                let context = CGContext(
                    data: buffer.baseAddress,
                    width: image.width,
                    height: image.height,
                    bitsPerComponent: 8,
                    bytesPerRow: 4 * image.width,
                    space: space,
                    bitmapInfo: CGImageAlphaInfo.noneSkipLast.rawValue)
            else { return false }
            context.draw(image, in: CGRect(x: 0, y: 0, width: image.width, height: image.height))
            return true
        }
        guard isDrawn else { throw CocoaError(.fileReadUnknown) }
        return bytes
    }
{% endif %}
}
