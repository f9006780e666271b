package io.github.geminipool.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminipool.GeminiPool;
import io.github.geminipool.simulator.GeminiSimulator;
import io.github.geminipool.spi.CallerResolver;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;

/** What names the callers of calls. */
class CallerResolverTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(GeminiPoolAutoConfiguration.class))
            .withPropertyValues("gemini.pool.keys=first-secret");

    @AfterEach
    void logOut() {
        SecurityContextHolder.clearContext();
    }

    private static void logIn(Authentication user) {
        SecurityContextHolder.setContext(new SecurityContextImpl(user));
    }

    @Test
    void theApplicationsIsAsked() {
        AtomicInteger asked = new AtomicInteger();
        try (GeminiSimulator simulator =
                GeminiSimulator.builder().key("first-secret").start()) {
            runner.withBean(CallerResolver.class, () -> () -> "user-" + asked.incrementAndGet())
                    .withPropertyValues("gemini.pool.base-url=" + simulator.baseUrl())
                    .run(context -> {
                        context.getBean(GeminiPool.class).generateContent("Hello");
                        assertThat(asked).hasValue(1);
                    });
        }
    }

    @Test
    void byDefaultThereIsNone() {
        runner.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(CallerResolver.class));
    }

    @Test
    void thePrincipalOnRequest() {
        runner.withPropertyValues("gemini.pool.caller-resolver=principal")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .getBean(CallerResolver.class)
                        .isInstanceOf(PrincipalCallerResolver.class));
    }

    @Test
    void theApplicationsTakesThePlaceOfThePrincipal() {
        runner.withBean(CallerResolver.class, () -> () -> "somebody")
                .withPropertyValues("gemini.pool.caller-resolver=principal")
                .run(context -> assertThat(context.getBean(CallerResolver.class).caller())
                        .isEqualTo("somebody"));
    }

    @Test
    void anAuthenticatedUserIsTheCaller() {
        CallerResolver principal = new PrincipalCallerResolver();
        logIn(UsernamePasswordAuthenticationToken.authenticated("ada", "", AuthorityUtils.NO_AUTHORITIES));
        assertThat(principal.caller()).isEqualTo("ada");
    }

    @Test
    void anybodyElseIsNobody() {
        CallerResolver principal = new PrincipalCallerResolver();
        assertThat(principal.caller()).isNull();
        logIn(new AnonymousAuthenticationToken(
                "key", "anonymousUser", AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS")));
        assertThat(principal.caller()).isNull();
        logIn(UsernamePasswordAuthenticationToken.unauthenticated("ada", ""));
        assertThat(principal.caller()).isNull();
    }
}
