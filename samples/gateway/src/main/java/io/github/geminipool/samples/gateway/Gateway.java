package io.github.geminipool.samples.gateway;

import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.HttpServerRequest;

/** The door: decides who comes in, and where to. Everything but the API and the health check is for the operator only. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class Gateway implements WebFilter {

    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

    private static final Set<String> OF_PROXIES = Set.of("forwarded", "via", "x-real-ip");
    private static final Logger log = LoggerFactory.getLogger(Gateway.class);

    private final Clients clients;
    private final GeminiApi api;
    private final Isolation isolation;
    private final PassThrough http;
    private final LivePassThrough live;
    private final OperatorLogin operator;
    private final WrongTokens wrong;

    Gateway(
            Clients clients,
            GeminiApi api,
            Isolation isolation,
            PassThrough http,
            LivePassThrough live,
            OperatorLogin operator,
            WrongTokens wrong) {
        this.clients = clients;
        this.api = api;
        this.isolation = isolation;
        this.http = http;
        this.live = live;
        this.operator = operator;
        this.wrong = wrong;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        HttpServerRequest connected = ServerHttpRequestDecorator.getNativeRequest(request);
        String target = GeminiPath.plain(connected.uri());
        if (GeminiPath.isUnsafe(target)) {
            return OwnAnswer.invalid("The gateway does not forward this path.")
                    .send(exchange.getResponse(), GeminiPath.Dialect.GOOGLE);
        }
        boolean isOfApi = GeminiPath.isOfApi(target);
        if (clients.areNone() && !isFromHere(request)) {
            return OwnAnswer.forbidden(
                            "Without configured clients, the gateway serves only programs on its own machine.")
                    .send(exchange.getResponse(), GeminiPath.Dialect.GOOGLE);
        }
        if ((clients.areNone() || !isOfApi) && isForeign(request, clients.areNone())) {
            return OwnAnswer.forbidden("Pages of other sites may not use the gateway.")
                    .send(exchange.getResponse(), GeminiPath.Dialect.GOOGLE);
        }
        if (isOfApi) {
            return pass(exchange, target);
        }
        exchange.getResponse().getHeaders().set("X-Frame-Options", "DENY");
        return operator.isOpen(request.getURI().getRawPath()) || operator.isOperator(request)
                ? chain.filter(exchange)
                : refuseOperator(exchange);
    }

    private Mono<Void> pass(ServerWebExchange exchange, String target) {
        ServerHttpRequest request = exchange.getRequest();
        GeminiPath path = GeminiPath.of(target, api.baseUrl());
        if (path == null) {
            return OwnAnswer.notFound().send(exchange.getResponse(), GeminiPath.Dialect.GOOGLE);
        }
        HttpUrl asked = HttpUrl.get("http://gateway" + target);
        GatewayClient client = clients.of(request.getHeaders(), asked);
        if (client == null && !Clients.hasToken(request.getHeaders(), asked)) {
            client = ofUpload(path);
        }
        if (client == null) {
            return refuseClient(exchange, path);
        }
        wrong.right(request.getRemoteAddress());
        GatewayClient known = client;
        return Mono.defer(() -> path.dialect() == GeminiPath.Dialect.LIVE
                        ? live.pass(exchange, path, known)
                        : http.pass(exchange, path, known))
                .onErrorResume(e -> !exchange.getResponse().isCommitted(), e -> {
                    if (e instanceof AbortedException) {
                        // The client has left.
                        return Mono.empty();
                    }
                    if (e instanceof ResponseStatusException status
                            && status.getStatusCode().is4xxClientError()) {
                        return OwnAnswer.invalid("The gateway does not forward this request.")
                                .send(exchange.getResponse(), path.dialect());
                    }
                    // Without the query, which may hold the token.
                    log.warn("Could not forward {} {}", request.getMethod(), request.getPath(), e);
                    return OwnAnswer.failed().send(exchange.getResponse(), path.dialect());
                });
    }

    /** Returns whether a program on this machine sent a request, and not as a proxy for others. */
    private static boolean isFromHere(ServerHttpRequest request) {
        InetSocketAddress remote = request.getRemoteAddress();
        boolean isLoopback =
                remote != null && !remote.isUnresolved() && remote.getAddress().isLoopbackAddress();
        return isLoopback
                && request.getHeaders().headerNames().stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .noneMatch(name -> OF_PROXIES.contains(name) || name.startsWith("x-forwarded-"));
    }

    /** Some SDKs send the parts of an upload without a key. Whoever knows the session is taken for the client that began it. */
    private @Nullable GatewayClient ofUpload(GeminiPath path) {
        String upload = path.upload();
        String owner = upload == null ? null : isolation.ownerOfUpload(upload);
        return owner == null ? null : clients.named(owner);
    }

    private Mono<Void> refuseClient(ServerWebExchange exchange, GeminiPath path) {
        return wrong.answered(address(exchange))
                .flatMap(waited -> waited
                        ? OwnAnswer.wrongToken().send(exchange.getResponse(), path.dialect())
                        : OwnAnswer.tooManyWrongTokens()
                                .send(exchange.getResponse(), path.dialect(), Map.of(HttpHeaders.RETRY_AFTER, "10")));
    }

    private Mono<Void> refuseOperator(ServerWebExchange exchange) {
        boolean hasTried = exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION) != null;
        Mono<Boolean> turn = hasTried ? wrong.answered(address(exchange)) : Mono.just(true);
        return turn.flatMap(waited -> {
            HttpHeaders headers = exchange.getResponse().getHeaders();
            exchange.getResponse().setStatusCode(waited ? HttpStatus.UNAUTHORIZED : HttpStatus.TOO_MANY_REQUESTS);
            headers.set(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"gateway\", charset=\"UTF-8\"");
            return exchange.getResponse().setComplete();
        });
    }

    private static @Nullable InetSocketAddress address(ServerWebExchange exchange) {
        return exchange.getRequest().getRemoteAddress();
    }

    /** Returns whether a request comes from another site's page, or reached this host under another name. */
    private static boolean isForeign(ServerHttpRequest request, boolean hasToBeLocal) {
        HttpHeaders headers = request.getHeaders();
        String host = headers.getFirst(HttpHeaders.HOST);
        if (hasToBeLocal && !LOOPBACK_NAMES.contains(withoutPort(host))) {
            return true;
        }
        String origin = headers.getFirst(HttpHeaders.ORIGIN);
        if (origin != null) {
            return !origin.equals("http://" + host) && !origin.equals("https://" + host);
        }
        String site = headers.getFirst("Sec-Fetch-Site");
        boolean isLink = "navigate".equals(headers.getFirst("Sec-Fetch-Mode"))
                && request.getMethod().name().equals("GET");
        return site != null && !OWN_SITE.contains(site) && !isLink;
    }

    private static String withoutPort(@Nullable String host) {
        if (host == null) {
            return "";
        }
        int colon = host.lastIndexOf(':');
        return (colon > host.lastIndexOf(']') ? host.substring(0, colon) : host).toLowerCase(Locale.ROOT);
    }
}
