package io.github.geminipool.simulator.internal.tls;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The subset of ASN.1 DER needed for a certificate. */
final class Der {
    static final int INTEGER = 0x02;
    static final int OCTETS = 0x04;
    static final int OID = 0x06;
    static final int UTF8 = 0x0C;
    static final int TIME = 0x18;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;

    private Der() {}

    /** Encodes a tag, the length and the concatenated parts. */
    static byte[] of(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else {
            // No content here needs more than two length bytes.
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] text(int tag, String text) {
        return of(tag, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] bits(byte[] bytes) {
        return of(0x03, new byte[] {0}, bytes);
    }

    static byte[] explicit(int number, byte[] content) {
        return of(0xA0 | number, content);
    }

    /** Encodes an object identifier; all numbers must be below 16,384. */
    static byte[] oid(int first, int second, int... others) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(first * 40 + second);
        for (int number : others) {
            if (number >= 0x80) {
                out.write(0x80 | number >> 7);
            }
            out.write(number & 0x7F);
        }
        return of(OID, out.toByteArray());
    }
}
