// Writes the labels, each ended by a zero.
#include <cstdio>
#include <cstring>

#include "preprocessing.h"

int main() {
  for (const char* label : potstill::kLabels) std::fwrite(label, std::strlen(label) + 1, 1, stdout);
}
