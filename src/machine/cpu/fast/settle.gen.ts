/** Made by scripts/generate-interpreter.mjs from templates.ts and recipe.ts; do not edit. */
import { AFW, CF, OFW, PFW, RECIPE_KIND as KIND, RECIPE_X as X, RECIPE_Y as Y, SFW, ZFW } from '../state.ts';
import { overflows } from './overflow.ts';

/** Turns the recipe into flag words. */
export function settle(s: Int32Array): void {
  switch (s[KIND]) {
    case 1: { // add8
      const t0 = s[X];
      const t2 = s[Y];
      const t4 = ((t0 << 24) + (t2 << 24)) >> 24;
      s[CF] = (((t0 << 24) & (t2 << 24)) | (((t0 << 24) | (t2 << 24)) & ~(t4 << 24))) >>> 31; s[OFW] = ((t0 << 24) ^ (t4 << 24)) & ((t2 << 24) ^ (t4 << 24)); s[AFW] = t0 ^ t2 ^ t4; s[ZFW] = t4; s[SFW] = t4; s[PFW] = t4;
      break;
    }
    case 2: { // add16
      const t0 = s[X];
      const t2 = s[Y];
      const t4 = ((t0 << 16) + (t2 << 16)) >> 16;
      s[CF] = (((t0 << 16) & (t2 << 16)) | (((t0 << 16) | (t2 << 16)) & ~(t4 << 16))) >>> 31; s[OFW] = ((t0 << 16) ^ (t4 << 16)) & ((t2 << 16) ^ (t4 << 16)); s[AFW] = t0 ^ t2 ^ t4; s[ZFW] = t4; s[SFW] = t4; s[PFW] = t4;
      break;
    }
    case 3: { // add32
      const t0 = s[X];
      const t2 = s[Y];
      const t4 = (t0 + t2) | 0;
      s[CF] = ((t0 & t2) | ((t0 | t2) & ~t4)) >>> 31; s[OFW] = (t0 ^ t4) & (t2 ^ t4); s[AFW] = t0 ^ t2 ^ t4; s[ZFW] = t4; s[SFW] = t4; s[PFW] = t4;
      break;
    }
    case 4: { // add64
      const t0 = s[X];
      const t1 = s[X + 1];
      const t2 = s[Y];
      const t3 = s[Y + 1];
      const t4 = (t0 + t2) | 0;
      const t5 = (t1 + t3 + (((t0 & t2) | ((t0 | t2) & ~t4)) >>> 31)) | 0;
      s[CF] = ((t1 & t3) | ((t1 | t3) & ~t5)) >>> 31; s[OFW] = (t1 ^ t5) & (t3 ^ t5); s[AFW] = t0 ^ t2 ^ t4; s[ZFW] = t4 | t5; s[SFW] = t5; s[PFW] = t4;
      break;
    }
    case 5: { // sub8
      const t0 = s[X];
      const t2 = s[Y];
      const t4 = ((t0 << 24) - (t2 << 24)) >> 24;
      s[CF] = ((~(t0 << 24) & (t2 << 24)) | ((~(t0 << 24) | (t2 << 24)) & (t4 << 24))) >>> 31; s[OFW] = ((t0 << 24) ^ (t2 << 24)) & ((t0 << 24) ^ (t4 << 24)); s[AFW] = t0 ^ t2 ^ t4; s[ZFW] = t4; s[SFW] = t4; s[PFW] = t4;
      break;
    }
    case 6: { // sub16
      const t0 = s[X];
      const t2 = s[Y];
      const t4 = ((t0 << 16) - (t2 << 16)) >> 16;
      s[CF] = ((~(t0 << 16) & (t2 << 16)) | ((~(t0 << 16) | (t2 << 16)) & (t4 << 16))) >>> 31; s[OFW] = ((t0 << 16) ^ (t2 << 16)) & ((t0 << 16) ^ (t4 << 16)); s[AFW] = t0 ^ t2 ^ t4; s[ZFW] = t4; s[SFW] = t4; s[PFW] = t4;
      break;
    }
    case 7: { // sub32
      const t0 = s[X];
      const t2 = s[Y];
      const t4 = (t0 - t2) | 0;
      s[CF] = ((~t0 & t2) | ((~t0 | t2) & t4)) >>> 31; s[OFW] = (t0 ^ t2) & (t0 ^ t4); s[AFW] = t0 ^ t2 ^ t4; s[ZFW] = t4; s[SFW] = t4; s[PFW] = t4;
      break;
    }
    case 8: { // sub64
      const t0 = s[X];
      const t1 = s[X + 1];
      const t2 = s[Y];
      const t3 = s[Y + 1];
      const t4 = (t0 - t2) | 0;
      const t5 = (t1 - t3 - (((~t0 & t2) | ((~t0 | t2) & t4)) >>> 31)) | 0;
      s[CF] = ((~t1 & t3) | ((~t1 | t3) & t5)) >>> 31; s[OFW] = (t1 ^ t3) & (t1 ^ t5); s[AFW] = t0 ^ t2 ^ t4; s[ZFW] = t4 | t5; s[SFW] = t5; s[PFW] = t4;
      break;
    }
    case 9: { // logic
      const t0 = s[X];
      const t1 = s[X + 1];
      s[CF] = 0; s[OFW] = 0; s[AFW] = 0; s[ZFW] = t0 | t1; s[SFW] = t1; s[PFW] = t0;
      break;
    }
    case 10: { // shl32
      const t0 = s[X];
      const t2 = s[Y];
      const t4 = t0 << t2;
      s[CF] = (t0 >>> (32 - t2)) & 1; s[OFW] = t4 ^ ((t0 >>> (32 - t2)) & 1 ? -2147483648 : 0); s[AFW] = 0; s[ZFW] = t4; s[SFW] = t4; s[PFW] = t4;
      break;
    }
    case 11: { // shl64
      const t0 = s[X];
      const t1 = s[X + 1];
      const t2 = s[Y];
      const t4 = t2 >= 32 ? 0 : t0 << t2;
      const t5 = t2 >= 32 ? t0 << (t2 - 32) : (t1 << t2) | (t0 >>> (32 - t2));
      s[CF] = ((t2 > 32 ? t0 >>> (64 - t2) : t1 >>> (32 - t2)) & 1); s[OFW] = t5 ^ (((t2 > 32 ? t0 >>> (64 - t2) : t1 >>> (32 - t2)) & 1) ? -2147483648 : 0); s[AFW] = 0; s[ZFW] = t4 | t5; s[SFW] = t5; s[PFW] = t4;
      break;
    }
    case 12: { // shr32
      const t0 = s[X];
      const t2 = s[Y];
      const t4 = (t0 >>> t2) | 0;
      s[CF] = (t0 >>> (t2 - 1)) & 1; s[OFW] = t0; s[AFW] = 0; s[ZFW] = t4; s[SFW] = t4; s[PFW] = t4;
      break;
    }
    case 13: { // shr64
      const t0 = s[X];
      const t1 = s[X + 1];
      const t2 = s[Y];
      const t4 = (t2 >= 32 ? t1 >>> (t2 - 32) : (t0 >>> t2) | (t1 << (32 - t2))) | 0;
      const t5 = (t2 >= 32 ? 0 : t1 >>> t2) | 0;
      s[CF] = ((t2 > 32 ? t1 >>> (t2 - 33) : t2 === 32 ? t0 >>> 31 : t0 >>> (t2 - 1)) & 1); s[OFW] = t1; s[AFW] = 0; s[ZFW] = t4 | t5; s[SFW] = t5; s[PFW] = t4;
      break;
    }
    case 14: { // sar32
      const t0 = s[X];
      const t2 = s[Y];
      const t4 = t0 >> t2;
      s[CF] = (t0 >> (t2 - 1)) & 1; s[OFW] = 0; s[AFW] = 0; s[ZFW] = t4; s[SFW] = t4; s[PFW] = t4;
      break;
    }
    case 15: { // sar64
      const t0 = s[X];
      const t1 = s[X + 1];
      const t2 = s[Y];
      const t4 = t2 >= 32 ? t1 >> (t2 - 32) : (t0 >>> t2) | (t1 << (32 - t2));
      const t5 = t1 >> (t2 >= 32 ? 31 : t2);
      s[CF] = ((t2 > 32 ? t1 >> (t2 - 33) : t2 === 32 ? t0 >>> 31 : t0 >>> (t2 - 1)) & 1); s[OFW] = 0; s[AFW] = 0; s[ZFW] = t4 | t5; s[SFW] = t5; s[PFW] = t4;
      break;
    }
    case 16: { // imul32
      const t0 = s[X];
      const t2 = s[Y];
      const t4 = Math.imul(t0, t2);
      s[CF] = (t0 * t2 !== t4 ? 1 : 0); s[OFW] = (t0 * t2 !== t4 ? -1 : 0); s[AFW] = 0; s[ZFW] = t4; s[SFW] = t4; s[PFW] = t4;
      break;
    }
    case 17: { // imul64
      const t0 = s[X];
      const t1 = s[X + 1];
      const t2 = s[Y];
      const t3 = s[Y + 1];
      const t4 = t0 & 65535;
      const t5 = t0 >>> 16;
      const t6 = t2 & 65535;
      const t7 = t2 >>> 16;
      const t8 = Math.imul(t4, t7);
      const t9 = Math.imul(t5, t6);
      const t10 = (Math.imul(t4, t6) >>> 16) + (t8 & 65535) + (t9 & 65535);
      const t11 = Math.imul(t0, t2);
      const t12 = (Math.imul(t5, t7) + (t8 >>> 16) + (t9 >>> 16) + (t10 >>> 16) + Math.imul(t0, t3) + Math.imul(t1, t2)) | 0;
      s[CF] = (overflows(t0, t1, t2, t3) ? 1 : 0); s[OFW] = (overflows(t0, t1, t2, t3) ? -1 : 0); s[AFW] = 0; s[ZFW] = t11 | t12; s[SFW] = t12; s[PFW] = t11;
      break;
    }
    case 18: { // inc32
      const t0 = s[X];
      const t2 = s[Y];
      const t4 = (t0 + 1) | 0;
      s[CF] = t2; s[OFW] = ~t0 & t4; s[AFW] = t0 ^ t4 ^ 1; s[ZFW] = t4; s[SFW] = t4; s[PFW] = t4;
      break;
    }
    case 19: { // inc64
      const t0 = s[X];
      const t1 = s[X + 1];
      const t2 = s[Y];
      const t4 = (t0 + 1) | 0;
      const t5 = (t1 + ((t4 >>> 0) < 1 ? 1 : 0)) | 0;
      s[CF] = t2; s[OFW] = ~t1 & t5; s[AFW] = t0 ^ t4 ^ 1; s[ZFW] = t4 | t5; s[SFW] = t5; s[PFW] = t4;
      break;
    }
    case 20: { // dec32
      const t0 = s[X];
      const t2 = s[Y];
      const t4 = (t0 - 1) | 0;
      s[CF] = t2; s[OFW] = t0 & ~t4; s[AFW] = t0 ^ t4 ^ 1; s[ZFW] = t4; s[SFW] = t4; s[PFW] = t4;
      break;
    }
    case 21: { // dec64
      const t0 = s[X];
      const t1 = s[X + 1];
      const t2 = s[Y];
      const t4 = (t0 - 1) | 0;
      const t5 = (t1 - ((t0 >>> 0) < 1 ? 1 : 0)) | 0;
      s[CF] = t2; s[OFW] = t1 & ~t5; s[AFW] = t0 ^ t4 ^ 1; s[ZFW] = t4 | t5; s[SFW] = t5; s[PFW] = t4;
      break;
    }
    default: return;
  }
  s[KIND] = 0;
}
