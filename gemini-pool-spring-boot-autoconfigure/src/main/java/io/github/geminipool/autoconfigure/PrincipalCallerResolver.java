package io.github.geminipool.autoconfigure;

import io.github.geminipool.spi.CallerResolver;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationTrustResolver;
import org.springframework.security.authentication.AuthenticationTrustResolverImpl;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/** Names callers after the user whom Spring Security has authenticated on the calling thread. Anonymous users get no name. */
final class PrincipalCallerResolver implements CallerResolver {

    private final AuthenticationTrustResolver trust = new AuthenticationTrustResolverImpl();

    @Override
    public @Nullable String caller() {
        Authentication user = SecurityContextHolder.getContext().getAuthentication();
        return user != null && trust.isAuthenticated(user) ? user.getName() : null;
    }
}
