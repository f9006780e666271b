package io.github.geminipool.internal.http;

import io.github.geminipool.key.Secret;
import java.util.Comparator;
import java.util.List;

/** Takes the secrets out of what servers say: a suspended key's error repeats it three times. */
final class Masking {

    private final List<Secret> secrets;
    private final int longest;

    Masking(List<Secret> secrets) {
        // Where one secret begins another, the longer one goes first, lest its tail be left.
        this.secrets = secrets.stream()
                .sorted(Comparator.comparingInt(Secret::longestForm).reversed())
                .toList();
        this.longest = secrets.stream().mapToInt(Secret::longestForm).max().orElse(0);
    }

    /** The length of the longest form in which a secret is known. */
    int longest() {
        return longest;
    }

    String mask(String text) {
        String masked = text;
        for (Secret secret : secrets) {
            masked = secret.maskIn(masked);
        }
        return masked;
    }
}
