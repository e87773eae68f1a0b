// Reads a clip, writes its pixels.
#include <cstdio>

#include "preprocessing.h"

int main() {
  static std::int16_t samples[2 * potstill::kSamples];
  const auto count = std::fread(samples, sizeof samples[0], 2 * potstill::kSamples, stdin);
  static std::uint8_t pixels[potstill::kPixels];
  potstill::ToPixels(samples, static_cast<int>(count), pixels);
  std::fwrite(pixels, sizeof pixels, 1, stdout);
}
