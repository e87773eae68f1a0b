// As micro_interpreter.h beside it. A resolver takes as many operators as it is made for, each once.
#pragma once

#include "tensorflow/lite/micro/micro_interpreter.h"

namespace tflite {
#ifdef TFLM_NESTED
namespace micro {
#endif

template <unsigned int tOpCount>
class MicroMutableOpResolver : public MicroOpResolver {
 public:
  TfLiteStatus AddAdd() { return Register(); }
  TfLiteStatus AddAveragePool2D() { return Register(); }
  TfLiteStatus AddConv2D() { return Register(); }
  TfLiteStatus AddDepthwiseConv2D() { return Register(); }
  TfLiteStatus AddFullyConnected() { return Register(); }
  TfLiteStatus AddMaxPool2D() { return Register(); }
  TfLiteStatus AddMean() { return Register(); }
  TfLiteStatus AddReshape() { return Register(); }
  TfLiteStatus AddSoftmax() { return Register(); }

 private:
  TfLiteStatus Register() { return ++count_ > tOpCount ? kTfLiteError : kTfLiteOk; }
  unsigned int count_ = 0;
};

#ifdef TFLM_NESTED
}  // namespace micro
#endif
}  // namespace tflite
