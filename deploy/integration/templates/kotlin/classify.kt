{% if sound %}
    /** Classes of a clip of 16 bits, one channel and [Preprocessing.SAMPLE_RATE], the likeliest first. */
    fun classify(samples: ShortArray): List<Prediction> =
        Preprocessing.predictions(run(Preprocessing.input(samples)))
{% elif text %}
    /** Classes of a text, the likeliest first. */
    fun classify(text: String): List<Prediction> = Preprocessing.predictions(run(Preprocessing.input(text)))
{% else %}
    /** Classes of an upright picture, the likeliest first. Its config must not be HARDWARE: those have no pixels. */
    fun classify(bitmap: Bitmap): List<Prediction> {
        val argb = IntArray(bitmap.width * bitmap.height)
        bitmap.getPixels(argb, 0, bitmap.width, 0, 0, bitmap.width, bitmap.height)
        return Preprocessing.predictions(run(Preprocessing.input(argb, bitmap.width, bitmap.height)))
    }
{% endif %}
