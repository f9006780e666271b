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
 * A prompt of the input.
 *
 * @param index number of the prompt, from 1
 * @param id id given in the input, or null
 * @param text the prompt's text
 * @param options request options
 */
record Prompt(long index, @Nullable String id, String text, RequestOptions options) {

    private static final int HASH_LENGTH = 16;

    GenerationRequest request() {
        return options.applyTo(GenerationRequest.of(text));
    }

    /** Returns a hash that identifies this prompt with its options. */
    String hash() {
        // The lengths distinguish "a", "bc" from "ab", "c".
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
            throw new IllegalStateException("SHA-256 is not available", e);
        }
    }
}
