package io.github.geminipool.samples.discordbot.fake;

/**
 * Somebody on the fake's one server.
 *
 * @param id a snowflake of Discord
 * @param name for people
 * @param locale the language of the user's own Discord, such as {@code en-US} or {@code zh-TW}
 * @param administrator whether the user has a role that may do everything
 */
public record Member(long id, String name, String locale, boolean administrator) {}
