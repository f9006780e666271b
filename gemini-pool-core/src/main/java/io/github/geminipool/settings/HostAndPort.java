package io.github.geminipool.settings;

import java.util.regex.Pattern;

/**
 * Host and port of an HTTP proxy. Immutable.
 *
 * @param host host name or IP address; not blank
 * @param port TCP port, 1 to 65535
 */
public record HostAndPort(String host, int port) {

    private static final String SETTING = "http.proxy";

    private static final String EXPECTED =
            "host:port; set a user by gemini.pool.http.proxy-username and gemini.pool.http.proxy-password";

    /** A name, an IPv4 address, or an IPv6 address with or without brackets. */
    private static final Pattern HOST = Pattern.compile("[^\\s:\\[\\]]+|\\[?[0-9A-Fa-f:.]+(?:%[^\\s:\\[\\]]+)?]?");

    /**
     * Validates the components.
     *
     * @throws InvalidSettingException if the host is blank or the port out of range
     */
    public HostAndPort {
        refuseUser(host);
        Check.that(!host.isBlank() && port > 0 && port < 65_536, "http.proxy", host + ":" + port, "host:port");
    }

    /**
     * Parses {@code host:port}.
     *
     * @throws InvalidSettingException if the text does not have this form
     */
    public static HostAndPort parse(String text) {
        refuseUser(text);
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, Math.max(colon, 0)).strip();
        // Not printed: host:port:user:password is common elsewhere.
        Check.that(HOST.matcher(host).matches(), SETTING, "not of the form host:port", EXPECTED);
        try {
            return new HostAndPort(
                    host, Integer.parseInt(text.substring(colon + 1).strip()));
        } catch (NumberFormatException e) {
            throw new InvalidSettingException(SETTING, "not of the form host:port", EXPECTED);
        }
    }

    /** Does not print the text, which may contain a password. */
    private static void refuseUser(String text) {
        Check.that(text.indexOf('@') < 0, SETTING, "a text with a user", EXPECTED);
        Check.that(text.indexOf('/') < 0, SETTING, "not of the form host:port", "host:port, without a scheme");
    }
}
