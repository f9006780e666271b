package io.github.geminipool.samples.gateway;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Closes a connection whose client takes nothing of what waits for it. Serves one connection. */
final class StalledResponse extends IdleStateHandler {

    /**
     * Creates a handler.
     *
     * @param timeout how long it may make no progress; noticed after one and a half times as long at the latest
     */
    StalledResponse(Duration timeout) {
        // The first event shows what is waiting, the next whether any of it has gone since.
        super(true, 0, Math.max(1, timeout.toMillis() / 2), 0, TimeUnit.MILLISECONDS);
    }

    @Override
    protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
        ChannelOutboundBuffer waiting = context.channel().unsafe().outboundBuffer();
        if (!event.isFirst() && waiting != null && waiting.totalPendingWriteBytes() > 0) {
            ChannelFuture unused = context.close();
        }
    }
}
