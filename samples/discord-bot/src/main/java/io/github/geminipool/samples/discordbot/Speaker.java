package io.github.geminipool.samples.discordbot;

/**
 * Somebody in a channel.
 *
 * @param user Discord's id
 * @param channel Discord's id
 */
record Speaker(long user, long channel) {}
