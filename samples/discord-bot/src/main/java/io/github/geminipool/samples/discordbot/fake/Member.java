package io.github.geminipool.samples.discordbot.fake;

/**
 * A member of the fake's server.
 *
 * @param id a Discord snowflake
 * @param name display name
 * @param locale the language of the user's Discord client, such as {@code en-US} or {@code zh-TW}
 * @param administrator whether the user has an administrator role
 */
public record Member(long id, String name, String locale, boolean administrator) {}
