package io.github.geminipool.internal.pool;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Loads the pool's classes anew, with each of their messages replaced by its hash: whatever has a space between words is one,
 * except for words to be kept. The holes of a concatenation stay.
 */
final class ProseLoader extends ClassLoader {

    private static final Pattern PROSE = Pattern.compile("(?s).*\\p{L}[,;:.'\\p{L}\u0001]* [('\u0001\\p{L}\\d].*");
    private static final Pattern HOLES = Pattern.compile("[^\u0001\u0002]+");

    private static final int CONSTANT_UTF8 = 1;
    private static final int CONSTANT_STRING = 8;

    private final String names;
    private final Predicate<String> rewritten;
    private final Set<String> kept;
    private final Set<String> replaced = new TreeSet<>();

    /**
     * Creates a loader.
     *
     * @param names prefix of the classes to load anew
     * @param rewritten the names of those whose messages are replaced
     * @param kept strings that are not messages
     */
    ProseLoader(String names, Predicate<String> rewritten, Set<String> kept) {
        super(ProseLoader.class.getClassLoader());
        this.names = names;
        this.rewritten = rewritten;
        this.kept = kept;
    }

    /** Returns the messages replaced so far. */
    Set<String> replaced() {
        return replaced;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(names)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (file == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = file.readAllBytes();
            byte[] own = rewritten.test(name) ? rewrite(bytes) : bytes;
            return defineClass(name, own, 0, own.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] rewrite(byte[] bytes) throws IOException {
        Set<Integer> strings = new TreeSet<>();
        copy(bytes, strings, false);
        return copy(bytes, strings, true);
    }

    /** Copies a class file; collects the texts of its strings, or replaces them. */
    private byte[] copy(byte[] bytes, Set<Integer> strings, boolean replace) throws IOException {
        ByteArrayOutputStream copied = new ByteArrayOutputStream(bytes.length);
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
                DataOutputStream out = new DataOutputStream(copied)) {
            out.write(in.readNBytes(8));
            int count = in.readUnsignedShort();
            out.writeShort(count);
            for (int i = 1; i < count; i++) {
                int tag = in.readUnsignedByte();
                out.writeByte(tag);
                if (tag == CONSTANT_UTF8) {
                    String text = in.readUTF();
                    out.writeUTF(replace && strings.contains(i) ? replacement(text) : text);
                } else if (tag == CONSTANT_STRING) {
                    int of = in.readUnsignedShort();
                    strings.add(of);
                    out.writeShort(of);
                } else {
                    out.write(in.readNBytes(sizeOf(tag)));
                    // A long or double takes two places.
                    i += tag == 5 || tag == 6 ? 1 : 0;
                }
            }
            in.transferTo(out);
        }
        return copied.toByteArray();
    }

    private static int sizeOf(int tag) {
        return switch (tag) {
            case 7, 16, 19, 20 -> 2;
            case 15 -> 3;
            case 3, 4, 9, 10, 11, 12, 17, 18 -> 4;
            case 5, 6 -> 8;
            default -> throw new IllegalStateException("constant of tag " + tag);
        };
    }

    private String replacement(String text) {
        if (kept.contains(text) || !PROSE.matcher(text).matches()) {
            return text;
        }
        replaced.add(text);
        return HOLES.matcher(text)
                .replaceAll(part -> Integer.toHexString(part.group().hashCode() ^ text.hashCode() * 31));
    }
}
