package io.github.geminipool.internal.http;

import io.github.geminipool.key.Secret;
import java.util.List;

/** Takes the secrets out of what servers say: a suspended key's error repeats it three times. */
final class Masking {

    private final List<Secret> secrets;

    Masking(List<Secret> secrets) {
        this.secrets = List.copyOf(secrets);
    }

    String mask(String text) {
        String masked = text;
        for (Secret secret : secrets) {
            masked = secret.maskIn(masked);
        }
        return masked;
    }
}
