"""Harmless names in the configuration of a Keras file: loading them runs no code of the file's author."""

LAYERS = """
    Activation ActivityRegularization AdaptiveAveragePooling2D AdaptiveMaxPooling2D Add AdditiveAttention AlphaDropout
    Attention Average AveragePooling1D AveragePooling2D BatchNormalization CenterCrop Concatenate Conv1D Conv2D
    Conv2DTranspose Cropping2D Dense DepthwiseConv1D DepthwiseConv2D Dot Dropout ELU EinsumDense Embedding Flatten
    GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D GlobalMaxPooling1D GlobalMaxPooling2D
    GroupNormalization Identity InputLayer LayerNormalization LayerScale LeakyReLU Masking MaxPooling1D MaxPooling2D
    Maximum Minimum MultiHeadAttention Multiply Normalization PReLU Permute RMSNormalization RandomBrightness
    RandomContrast RandomCrop RandomFlip RandomHeight RandomRotation RandomTranslation RandomWidth RandomZoom ReLU
    RepeatVector Rescaling Reshape Resizing SeparableConv1D SeparableConv2D Softmax SpatialDropout1D SpatialDropout2D
    SpectralNormalization StochasticDepth Subtract SyncBatchNormalization ThresholdedReLU UnitNormalization UpSampling2D
    ZeroPadding2D Functional Model Sequential
"""
PARTS_OF_LAYERS = """
    Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity IdentityInitializer LecunNormal LecunUniform Ones
    Orthogonal OrthogonalInitializer RandomNormal RandomUniform TruncatedNormal VarianceScaling Zeros
    L1 L2 L1L2 OrthogonalRegularizer MaxNorm MinMaxNorm NonNeg RadialConstraint UnitNorm
    DTypePolicy FloatDTypePolicy Policy SeedGenerator
"""
# A model inside the model keeps how it was compiled.
TRAINING = """
    Adadelta Adafactor Adagrad Adam AdamW Adamax Ftrl Lamb Lion Nadam RMSprop SGD
    CosineDecay CosineDecayRestarts ExponentialDecay InverseTimeDecay PiecewiseConstantDecay PolynomialDecay
    BinaryCrossentropy CategoricalCrossentropy SparseCategoricalCrossentropy KLDivergence MeanSquaredError
    Accuracy BinaryAccuracy CategoricalAccuracy SparseCategoricalAccuracy TopKCategoricalAccuracy
    SparseTopKCategoricalAccuracy Mean
"""
VALUES = "__tensor__ __numpy__ __bytes__ __slice__ __keras_tensor__ __ellipsis__ __tuple__ TensorShape"
FUNCTIONS = """
    celu elu exponential gelu glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh leaky_relu linear log_sigmoid
    log_softmax mish relu relu6 selu sigmoid silu soft_shrink softmax softplus softsign sparse_plus squareplus swish
    tanh tanh_shrink threshold
"""
# tf_keras keeps TensorFlow functions by public name, and finds io.gfile.rmtree as readily as math.add.
OP_GROUPS = ("math", "nn", "linalg", "image", "signal", "__operators__")
OPS = """
    abs add broadcast_to cast clip_by_value concat einsum exp expand_dims gather identity matmul maximum minimum
    multiply ones_like pad pow repeat reshape reverse roll shape sigmoid slice split sqrt square squeeze stack
    stop_gradient strided_slice subtract tanh tensordot tile transpose unstack where zeros_like
"""
# Keras 3 keeps its operations by class.
OP_MODULES = frozenset(f"keras.src.ops.{module}" for module in ("core", "image", "linalg", "math", "nn", "numpy"))
