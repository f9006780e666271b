package io.github.geminipool.samples.discordbot;

/**
 * A user in a channel.
 *
 * @param user Discord's user id
 * @param channel Discord's channel id
 */
record Speaker(long user, long channel) {}
