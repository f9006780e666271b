package io.github.geminipool.samples.batch;

import io.github.geminipool.GenerationRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One prompt of the input.
 *
 * @param index its place among the prompts, from 1
 * @param id its own name for itself, if it has one
 * @param text what is asked
 * @param options how it is asked
 */
record Prompt(long index, @Nullable String id, String text, RequestOptions options) {

    private static final int HASH_LENGTH = 16;

    GenerationRequest request() {
        return options.applyTo(GenerationRequest.of(text));
    }

    /** Tells whether a result is that of this prompt, asked in this way. */
    String hash() {
        // Lengths keep "a" beside "bc" apart from "ab" beside "c".
        String all = Stream.of(id, text, options.model(), options.system(), options.temperature())
                .map(String::valueOf)
                .map(part -> part.length() + ":" + part)
                .collect(Collectors.joining());
        byte[] digest = sha256().digest(all.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest).substring(0, HASH_LENGTH);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
