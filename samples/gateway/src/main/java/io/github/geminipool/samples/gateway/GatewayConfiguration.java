package io.github.geminipool.samples.gateway;

import io.github.geminipool.autoconfigure.GeminiPoolBuilderCustomizer;
import java.net.InetAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.thread.Threading;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Threads and addresses. */
@Configuration(proxyBeanMethods = false)
class GatewayConfiguration {

    private static final String READER = "reader-";

    /** A thread for each stream that waits for Gemini; a virtual thread where available. */
    @Bean(destroyMethod = "dispose")
    Scheduler readers(Environment environment) {
        return Schedulers.fromExecutor(executor(environment));
    }

    private static Executor executor(Environment environment) {
        if (Threading.VIRTUAL.isActive(environment)) {
            return new VirtualThreadTaskExecutor(READER);
        }
        CustomizableThreadFactory threads = new CustomizableThreadFactory(READER);
        threads.setDaemon(true);
        return Executors.newCachedThreadPool(threads);
    }

    /** Without clients, anybody may use the gateway, so it listens on this machine only, whatever {@code server.address} says. */
    @Bean
    @Order(Ordered.LOWEST_PRECEDENCE)
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> loopback(Clients clients) {
        return server -> {
            if (clients.areNone()) {
                server.setAddress(InetAddress.getLoopbackAddress());
            }
        };
    }

    @Bean
    WebServerFactoryCustomizer<NettyReactiveWebServerFactory> stalledClients(GatewayProperties properties) {
        return server -> server.addServerCustomizers(http -> http.doOnChannelInit((observer, channel, remote) ->
                channel.pipeline().addFirst(new StalledResponse(properties.stallTimeout()))));
    }

    /** Applies the limits of clients as those of callers. */
    @Bean
    GeminiPoolBuilderCustomizer limitsOfClients(GatewayProperties properties) {
        return builder -> properties.clients().forEach(client -> builder.caller(client.limits()));
    }
}
