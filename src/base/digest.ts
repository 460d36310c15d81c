/** 64 bits that stand for some data: against accidents, not against an adversary. FNV-1a and a mixed sum, side by side. */
export class Digest {
  #a = 0x811c9dc5 | 0;
  #b = 0x2545f491 | 0;

  /** A 32-bit integer. */
  number(value: number): this {
    this.#a = Math.imul(this.#a ^ value, 0x01000193);
    this.#b = Math.imul(this.#b + value, 0x85ebca6b) ^ (this.#b >>> 13);
    return this;
  }

  bytes(bytes: Uint8Array): this {
    for (let n = 0; n < bytes.length; n++) this.number(bytes[n]);
    return this;
  }

  text(text: string): this {
    for (let n = 0; n < text.length; n++) this.number(text.charCodeAt(n));
    return this;
  }

  /** 16 hex digits. */
  toString(): string {
    return (this.#a >>> 0).toString(16).padStart(8, '0') + (this.#b >>> 0).toString(16).padStart(8, '0');
  }
}
