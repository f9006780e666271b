/** The parts of Discord that the bot needs, on the loopback interface: REST API and gateway. */
@NullMarked
package io.github.geminipool.samples.discordbot.fake;

import org.jspecify.annotations.NullMarked;
