package io.github.geminipool.settings;

/**
 * Host and port of an HTTP proxy. Immutable.
 *
 * @param host host name or IP address; not blank
 * @param port TCP port, 1 to 65535
 */
public record HostAndPort(String host, int port) {

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
        try {
            return new HostAndPort(
                    text.substring(0, Math.max(colon, 0)).strip(),
                    Integer.parseInt(text.substring(colon + 1).strip()));
        } catch (NumberFormatException e) {
            throw new InvalidSettingException("http.proxy", text, "host:port");
        }
    }

    /** Does not print the text, which may contain a password. */
    private static void refuseUser(String text) {
        Check.that(
                text.indexOf('@') < 0,
                "http.proxy",
                "a text with a user",
                "host:port; set the user by gemini.pool.http.proxy-username and gemini.pool.http.proxy-password");
        Check.that(text.indexOf('/') < 0, "http.proxy", "not of the form host:port", "host:port, without a scheme");
    }
}
