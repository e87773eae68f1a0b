"""Texts as people write them, for the code of every language to read alike."""

TEXTS = (
    "",
    "How far is it from Denver to Aspen ?",
    "don't   stop\tnow\n",
    "ÀÉÎÕÜ ÇŞĞİıßẞ ŸŽ Ǆǅǆ",
    "e\u0301 \u00e9 A\u030a \u212b ﬁ",
    "Ελληνικά ΣΊΣΥΦΟΣ Ώ Ύ",
    "ПРИВЕТ Ёлка Ґ Ѡ",
    "Հայերեն ՀԱՅ",
    "東京都に行く。한국어 ภาษาไทย",
    "नमस्ते दुनिया, क\u094d\u200dष",
    "شكراً می\u200cخواهم",
    "👩\u200d👩\u200d👧 🇩🇪 ❤\ufe0f",
    "a\u2028b\u2029c\u202fd\u205fe\u3000f\u00a0g\u0085h\u200bi\ufeffj\u00adk",
    "\ud800 lone \udc00",
    "\x00\x01\x7f~!@#$%^&*()_+{}|:\"<>?`-=[]\\;',./",
    "𝐁𝐨𝐥𝐝 Ⅷ ① ｆｕｌｌ ＷＩＤＴＨ！",
    "Tiếng Việt ĐẶNG Ứ",
    "x" * 500,
    "one two three four five six seven eight nine ten eleven",
)
