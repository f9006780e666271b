package io.github.geminipool.settings;

import java.util.Objects;

/**
 * User and password for an HTTP proxy, sent by the scheme Basic. Immutable; {@link #toString()} shows no password.
 *
 * @param username the user; not blank, without a colon
 * @param password the password; may be empty
 */
public record ProxyCredentials(String username, String password) {

    /**
     * Validates the components.
     *
     * @throws InvalidSettingException if the user is blank or contains a colon or a control character
     */
    public ProxyCredentials {
        Objects.requireNonNull(password, "password");
        Check.that(
                !username.isBlank() && username.indexOf(':') < 0 && isPrintable(username),
                "http.proxy-username",
                "not usable",
                "a name without colons and control characters");
        Check.that(isPrintable(password), "http.proxy-password", "not usable", "without control characters");
    }

    private static boolean isPrintable(String text) {
        return text.chars().noneMatch(Character::isISOControl);
    }

    @Override
    public String toString() {
        return "ProxyCredentials[username=" + username + ", password=***]";
    }
}
