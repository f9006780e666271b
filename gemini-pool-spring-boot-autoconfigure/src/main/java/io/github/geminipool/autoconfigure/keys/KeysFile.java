package io.github.geminipool.autoconfigure.keys;

import io.github.geminipool.key.ApiKey;
import io.github.geminipool.key.InvalidSecretException;
import io.github.geminipool.key.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A file of keys, or a directory of such files, such as a mounted secret. Each line is a key, or {@code name=…,project=…,value=…}
 * with the value last, since a key may contain commas and equals signs. Empty lines and lines that begin with {@code #} are
 * ignored. In a directory, the name of a file with a single plain key is the name of the key. Immutable.
 *
 * @param path the file or directory
 * @param property the property that names it
 */
public record KeysFile(Path path, String property) {

    private static final int MAX_BYTES = 1 << 20;

    /**
     * Returns the file that a property names.
     *
     * @throws InvalidKeyException if it names none; a key in its place is not shown
     */
    public static KeysFile of(String path, String property) {
        if (KeyText.isKey(path)) {
            throw new InvalidKeyException(
                    property,
                    "is a key instead of the path of a file",
                    "Set it to the path of a file that holds the keys.");
        }
        try {
            return new KeysFile(Path.of(path.strip()), property);
        } catch (InvalidPathException e) {
            throw new InvalidKeyException(
                    property, "is not a path", "Set it to the path of a file that holds the keys.");
        }
    }

    /**
     * Reads the keys.
     *
     * @throws InvalidKeyException if the file can't be read, has no key, or has an invalid line
     */
    public List<ApiKey> keys() {
        List<ApiKey> keys = new ArrayList<>();
        Map<Object, String> seen = new HashMap<>();
        for (Path file : files()) {
            List<ApiKey> ofFile = keysIn(file);
            boolean named =
                    !file.equals(path) && ofFile.size() == 1 && ofFile.get(0).name() == null;
            for (ApiKey read : ofFile) {
                ApiKey key = named ? named(read, file) : read;
                refuseTwice(file, seen.putIfAbsent(key.secret(), ""), "the same key twice");
                if (key.name() != null) {
                    refuseTwice(file, seen.putIfAbsent(key.name(), ""), "two keys named '" + key.name() + "'");
                }
                keys.add(key);
            }
        }
        if (keys.isEmpty()) {
            throw invalid(path, "has no key", "Write one key per line.");
        }
        return keys;
    }

    private ApiKey named(ApiKey key, Path file) {
        try {
            return key.named(String.valueOf(file.getFileName()));
        } catch (IllegalArgumentException e) {
            throw invalid(
                    path,
                    "has a file whose name no key can have",
                    "Name each file as its key is to be called, in visible characters.");
        }
    }

    private void refuseTwice(Path file, @Nullable String before, String what) {
        if (before != null) {
            throw invalid(file, "has " + what, "Remove or change one of them.");
        }
    }

    /**
     * Returns a fingerprint that changes whenever the content does, even if a symbolic link is swapped; null if the file can't be
     * read.
     */
    public @Nullable String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files()) {
                digest.update(String.valueOf(file.getFileName()).getBytes(StandardCharsets.UTF_8));
                digest.update(bytes(file));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } catch (InvalidKeyException e) {
            return null;
        }
    }

    private List<Path> files() {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> entries = Files.list(path)) {
            // Kubernetes keeps the real files in directories whose names begin with two dots.
            List<Path> files = entries.filter(
                            file -> !String.valueOf(file.getFileName()).startsWith("."))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
            if (files.stream().anyMatch(file -> KeyText.isKey(String.valueOf(file.getFileName())))) {
                // Its name would be shown.
                throw invalid(path, "has a file whose name is a key", "Name each file as its key is to be called.");
            }
            return files;
        } catch (IOException | UncheckedIOException e) {
            throw unreadable(path, e);
        }
    }

    private byte[] bytes(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] read = in.readNBytes(MAX_BYTES + 1);
            if (read.length > MAX_BYTES) {
                throw invalid(file, "is larger than 1 MB", "Point it to a file of keys.");
            }
            return read;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private InvalidKeyException unreadable(Path file, Exception cause) {
        return invalid(
                file,
                "can't be read (" + cause.getClass().getSimpleName() + ")",
                "Check that it exists and that the application may read it.");
    }

    private InvalidKeyException invalid(Path file, String problem, String action) {
        return new InvalidKeyException(property, "names " + file + ", which " + problem, action);
    }

    private List<ApiKey> keysIn(Path file) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(file)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw invalid(file, "is not text in UTF-8", "Write one key per line, in plain text.");
        }
        List<ApiKey> keys = new ArrayList<>();
        int number = 0;
        String withoutMark = text.startsWith("\ufeff") ? text.substring(1) : text;
        for (String line : withoutMark.lines().toList()) {
            number++;
            String stripped = line.strip();
            if (!stripped.isEmpty() && !stripped.startsWith("#")) {
                keys.add(key(file, number, stripped));
            }
        }
        return keys;
    }

    private ApiKey key(Path file, int number, String line) {
        String value = line;
        String name = "";
        String project = "";
        while (value.startsWith("name=") || value.startsWith("project=")) {
            int end = value.indexOf(',');
            if (end < 0) {
                throw inLine(file, number, "has no value=");
            }
            String text = value.substring(value.indexOf('=') + 1, end).strip();
            if (value.startsWith("name=")) {
                name = text;
            } else {
                project = text;
            }
            value = value.substring(end + 1).stripLeading();
        }
        if (value.startsWith("value=")) {
            value = value.substring("value=".length());
        } else if (!value.equals(line)) {
            throw inLine(file, number, "has no value= after its name and project");
        }
        ApiKey key = ApiKey.of(secret(file, number, value));
        if (KeyText.isKey(name) || KeyText.isKey(project)) {
            throw inLine(file, number, "has a key as its name or project");
        }
        try {
            key = name.isEmpty() ? key : key.named(name);
            return project.isEmpty() ? key : key.inProject(project);
        } catch (IllegalArgumentException e) {
            throw inLine(
                    file, number, "has a name or project that is blank, has an invisible character, or holds the key");
        }
    }

    private Secret secret(Path file, int number, String value) {
        String wrong = KeyText.problem(value);
        if (wrong != null) {
            throw inLine(file, number, wrong);
        }
        try {
            return Secret.of(value);
        } catch (InvalidSecretException e) {
            throw inLine(file, number, String.valueOf(e.getMessage()));
        }
    }

    private InvalidKeyException inLine(Path file, int number, String problem) {
        return invalid(
                file,
                "is malformed: line " + number + " " + problem,
                "Write one key per line, or name=…,project=…,value=… with the value last.");
    }

    /** Never shows content. */
    @Override
    public String toString() {
        return path.toString();
    }
}
