// Reads pictures, each followed by the outputs that the model shall give for it; writes what the model was given, the
// class and its confidence. The interpreter is made up.
#include <cstdio>

#include "classifier.h"
#include "model_data.h"
#include "tensorflow/lite/micro/micro_interpreter.h"

namespace {
potstill::Input given_input[potstill::kPixels];
potstill::Output shown_output[potstill::kClasses], next_output[potstill::kClasses];
}  // namespace

namespace tflite {
const Model* GetModel(const void* buffer) { return static_cast<const Model*>(buffer); }

#ifdef TFLM_NESTED
namespace micro {
#endif
namespace {
TfLiteTensor input_tensor, output_tensor;
}

MicroInterpreter::MicroInterpreter(const Model* model, const MicroOpResolver&, std::uint8_t* tensor_arena,
                                   std::size_t tensor_arena_size, MicroResourceVariables*, MicroProfilerInterface*,
                                   bool) {
  const bool aligned = reinterpret_cast<std::uintptr_t>(model) % 16 == 0 &&
                       reinterpret_cast<std::uintptr_t>(tensor_arena) % 16 == 0;
  if (!aligned || tensor_arena_size != potstill::kArenaSize) std::fprintf(stderr, "misplaced\n");
  input_tensor.data.data = given_input;
  output_tensor.data.data = shown_output;
}
TfLiteStatus MicroInterpreter::AllocateTensors() { return kTfLiteOk; }
TfLiteStatus MicroInterpreter::Invoke() {
  for (int i = 0; i < potstill::kClasses; ++i) shown_output[i] = next_output[i];
  return kTfLiteOk;
}
TfLiteTensor* MicroInterpreter::input(std::size_t) { return &input_tensor; }
TfLiteTensor* MicroInterpreter::output(std::size_t) { return &output_tensor; }
#ifdef TFLM_NESTED
}  // namespace micro
#endif
}  // namespace tflite

int main() {
  std::uint8_t pixels[potstill::kPixels];
  while (std::fread(pixels, sizeof pixels, 1, stdin) == 1) {
    if (std::fread(next_output, sizeof next_output, 1, stdin) != 1) return 1;
    const potstill::Prediction found = potstill::Classify(pixels);
    if (found.index < 0 || found.label != potstill::kLabels[found.index]) return 2;
    std::fwrite(given_input, sizeof given_input, 1, stdout);
    std::fwrite(&found.index, sizeof found.index, 1, stdout);
    std::fwrite(&found.confidence, sizeof found.confidence, 1, stdout);
  }
}
