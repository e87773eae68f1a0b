// Decrypts a file of this bundle, with the Web Crypto API alone.

/**
 * The content of a locked file.
 * A locked file is 12 bytes of nonce, then what AES-256-GCM made of its content, tag included.
 * @param {ArrayBuffer} locked what was read of NAME.locked
 * @param {string} name the file's name in the bundle without `.locked`, such as 'integration/javascript/model.tflite'
 * @param {Uint8Array} key 32 bytes
 * @returns {Promise<Uint8Array>} rejected for another key, or a file that was changed
 */
export async function decrypted(locked, name, key) {
  const secret = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt']);
  const how = {name: 'AES-GCM', iv: locked.slice(0, 12), additionalData: new TextEncoder().encode(name)};
  return new Uint8Array(await crypto.subtle.decrypt(how, secret, locked.slice(12)));
}
