/** As much of Discord as the bot needs, on the loopback interface: its REST API and its gateway. */
@NullMarked
package io.github.geminipool.samples.discordbot.fake;

import org.jspecify.annotations.NullMarked;
