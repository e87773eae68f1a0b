"""What `benchmark_model` prints, in the formats of its versions."""

NEW = """\
STARTING!
Log parameter values verbosely: [0]
Min num runs: [50]
Num threads: [1]
Graph: [/data/local/tmp/potstill/model.tflite]
#threads used for CPU inference: [1]
Use xnnpack: [1]
Loaded model /data/local/tmp/potstill/model.tflite
INFO: Created TensorFlow Lite XNNPACK delegate for CPU.
Explicitly applied XNNPACK delegate, and the model graph will be completely executed by the delegate.
The input model file size (MB): 0.098496
Initialized session in 2.161ms.
Running benchmark for at least 1 iterations and at least 0.1 seconds but terminate if exceeding 150 seconds.
count=81 first=1801 curr=1204 min=1190 max=1801 avg=1223.44 std=71 p5=1193 median=1206 p95=1302

Running benchmark for at least 50 iterations and at least 0.2 seconds but terminate if exceeding 150 seconds.
count=164 first=1209 curr=1198 min=1187 max=1344 avg=1212.61 std=22 p5=1190 median=1207 p95=1251

Inference timings in us: Init: 2161, First inference: 1801, Warmup (avg): 1223.44, Inference (avg): 1212.61
Note: as the benchmark tool itself affects memory footprint, the following is only APPROXIMATE to the actual memory \
footprint of the model at runtime. Take the information at your discretion.
Memory footprint delta from the start of the tool (MB): init=1.8 overall=2.3
"""
# Before 2.12: no percentiles, large averages in the style of 1.2e+06, and a first line of a single count.
OLD = """\
STARTING!
Num threads: [4]
Graph: [/data/local/tmp/potstill/model.tflite]
Loaded model /data/local/tmp/potstill/model.tflite
Replacing 59 out of 64 node(s) with delegate (TfLiteGpuDelegateV2) node, yielding 4 partitions.
The input model file size (MB): 16.9008
Initialized session in 17.187ms.
Running benchmark for at least 1 iterations and at least 0.5 seconds but terminate if exceeding 150 seconds.
count=1 curr=3512391

Running benchmark for at least 50 iterations and at least 1 seconds but terminate if exceeding 150 seconds.
count=50 first=2990275 curr=2913402 min=2727568 max=3189954 avg=2.95034e+06 std=109798

Inference timings in us: Init: 17187, First inference: 3512391, Warmup (avg): 3.51239e+06, Inference (avg): 2.95034e+06
"""
FELL_BACK = NEW.replace(
    "INFO: Created TensorFlow Lite XNNPACK delegate for CPU.\nExplicitly applied XNNPACK delegate, and the model graph "
    "will be completely executed by the delegate.",
    "INFO: Created TensorFlow Lite delegate for GPU.\nExplicitly applied GPU delegate, but the model graph will not be "
    "executed by the delegate.",
)
FAILED = """\
STARTING!
Graph: [/data/local/tmp/potstill/model.tflite]
ERROR: Didn't find op for builtin opcode 'CONV_2D' version '8'. An older version of this builtin might be supported.
ERROR: Registration failed.
Failed to initialize the interpreter
Benchmarking failed.
"""
