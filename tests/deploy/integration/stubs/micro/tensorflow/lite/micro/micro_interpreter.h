// The signatures of LiteRT for Microcontrollers that generated code uses, written down from its public headers.
// TFLM_NESTED is how they are since 2026: all but the schema is inside tflite::micro.
// Instead of running a model, Invoke() calls what a test gives.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tflite {

struct Model;
const Model* GetModel(const void* buffer);

#ifdef TFLM_NESTED
namespace micro {
#endif

typedef enum TfLiteStatus { kTfLiteOk = 0, kTfLiteError = 1 } TfLiteStatus;

typedef union TfLitePtrUnion {
  std::int32_t* i32;
  float* f;
  std::uint8_t* uint8;
  std::int16_t* i16;
  std::int8_t* int8;
  void* data;
} TfLitePtrUnion;

typedef struct TfLiteTensor {
  TfLitePtrUnion data;
  std::size_t bytes;
} TfLiteTensor;

class MicroOpResolver {};
class MicroResourceVariables;
class MicroProfilerInterface;

class MicroInterpreter {
 public:
  MicroInterpreter(const Model* model, const MicroOpResolver& op_resolver, std::uint8_t* tensor_arena,
                   std::size_t tensor_arena_size, MicroResourceVariables* resource_variables = nullptr,
                   MicroProfilerInterface* profiler = nullptr, bool preserve_all_tensors = false);
  TfLiteStatus AllocateTensors();
  TfLiteStatus Invoke();
  TfLiteTensor* input(std::size_t index);
  TfLiteTensor* output(std::size_t index);
};

#ifdef TFLM_NESTED
}  // namespace micro
#endif

}  // namespace tflite
