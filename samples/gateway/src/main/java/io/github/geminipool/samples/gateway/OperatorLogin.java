package io.github.geminipool.samples.gateway;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;

/** Lets the operator, and nobody else, see the dashboard and the endpoints. Thread-safe. */
@Component
class OperatorLogin {

    /** The paths that are open to anybody. */
    private static final Set<String> OPEN =
            Set.of("/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness");

    private static final Logger log = LoggerFactory.getLogger(OperatorLogin.class);
    private static final String BASIC = "Basic ";
    private static final int GENERATED_BYTES = 18;

    private final Password user;
    private final Password password;

    OperatorLogin(GatewayProperties properties) {
        GatewayProperties.Operator operator = properties.operator();
        Password configured = operator.password();
        this.user = Password.valueOf(operator.user());
        this.password = configured != null && configured.length() > 0 ? configured : generated(operator.user());
    }

    private static Password generated(String user) {
        byte[] random = new byte[GENERATED_BYTES];
        new SecureRandom().nextBytes(random);
        String password = Base64.getUrlEncoder().encodeToString(random);
        log.info(
                "Dashboard user: {}, password until the next start: {} (to choose one, set gateway.operator.password)",
                user,
                password);
        return Password.valueOf(password);
    }

    boolean isOpen(String path) {
        return OPEN.contains(path);
    }

    boolean isOperator(ServerHttpRequest request) {
        String value = request.getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
        if (value == null || !value.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return false;
        }
        try {
            byte[] decoded =
                    Base64.getDecoder().decode(value.substring(BASIC.length()).strip());
            String[] parts = new String(decoded, StandardCharsets.UTF_8).split(":", 2);
            boolean isUser = user.matches(parts[0]);
            boolean isPassword = parts.length == 2 && password.matches(parts[1]);
            return isUser && isPassword;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
