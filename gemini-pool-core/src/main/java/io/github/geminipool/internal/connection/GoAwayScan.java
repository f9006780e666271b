package io.github.geminipool.internal.connection;

/**
 * Finds a GOAWAY frame that asks for fewer pings in what a server sends, because OkHttp does not report it. Keeps no bytes. Belongs
 * to the thread that reads.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#section-6.8">RFC 9113, GOAWAY</a>
 */
final class GoAwayScan {

    private static final int HEADER = 9;
    private static final int TYPE_AT = 3;
    private static final int GOAWAY = 7;
    private static final int CODE_AT = HEADER + 4;
    private static final int CODE_END = CODE_AT + 4;
    private static final int ENHANCE_YOUR_CALM = 0xb;

    /** Number of bytes of the current frame so far, including its header. */
    private int at;

    private int length;
    private int type;
    private int code;

    /** Number of bytes to skip, which hold nothing of interest. */
    private int skip;

    /** Reads bytes as they pass; returns whether they complete a GOAWAY that asks for fewer pings. */
    boolean passed(byte[] bytes, int offset, int count) {
        boolean found = false;
        int next = offset;
        int end = offset + count;
        while (next < end) {
            if (skip > 0) {
                int skipped = Math.min(skip, end - next);
                skip -= skipped;
                next += skipped;
            } else {
                found |= step(bytes[next] & 0xff);
                next++;
            }
        }
        return found;
    }

    private boolean step(int value) {
        boolean found = false;
        if (at < TYPE_AT) {
            length = length << 8 | value;
        } else if (at == TYPE_AT) {
            type = value;
        } else if (at >= CODE_AT) {
            code = code << 8 | value;
        }
        at++;
        if (at == HEADER && (type != GOAWAY || length < CODE_END - HEADER)) {
            skip = length;
            begin();
        } else if (at == CODE_END) {
            found = code == ENHANCE_YOUR_CALM;
            skip = length - (CODE_END - HEADER);
            begin();
        }
        return found;
    }

    private void begin() {
        at = 0;
        length = 0;
        type = 0;
        code = 0;
    }
}
