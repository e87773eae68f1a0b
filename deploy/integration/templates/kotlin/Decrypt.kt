package potstill

import javax.crypto.Cipher
import javax.crypto.spec.GCMParameterSpec
import javax.crypto.spec.SecretKeySpec

/**
 * The content of a locked file of this bundle: 12 bytes of nonce, then what AES-256-GCM made of it, tag included.
 *
 * [name] is the file's name in the bundle without `.locked`, such as "model.tflite"; [key] has 32 bytes. Throws
 * javax.crypto.AEADBadTagException for another key, or a file that was changed.
 */
fun decrypted(locked: ByteArray, name: String, key: ByteArray): ByteArray {
    val cipher = Cipher.getInstance("AES/GCM/NoPadding")
    cipher.init(Cipher.DECRYPT_MODE, SecretKeySpec(key, "AES"), GCMParameterSpec(128, locked, 0, 12))
    cipher.updateAAD(name.toByteArray())
    return cipher.doFinal(locked, 12, locked.size - 12)
}
