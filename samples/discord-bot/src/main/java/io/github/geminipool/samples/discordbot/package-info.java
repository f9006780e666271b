/** A Discord bot that answers slash commands using a pool of keys. */
@NullMarked
package io.github.geminipool.samples.discordbot;

import org.jspecify.annotations.NullMarked;
