package io.github.geminipool.autoconfigure;

import java.util.Locale;
import java.util.stream.Stream;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Matches if a pool's callers are to be named after Spring Security's principal. */
final class PrincipalCondition extends SpringBootCondition {

    static final String BEAN = "geminiPoolPrincipalCallerResolver";

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        Environment environment = context.getEnvironment();
        return Stream.concat(Stream.of(PoolName.PRIMARY), PoolName.named(environment).stream())
                .filter(pool -> isPrincipal(environment, pool))
                .findFirst()
                .map(pool -> ConditionOutcome.match(ConditionMessage.forCondition("caller-resolver")
                        .because(pool.prefix() + ".caller-resolver is principal")))
                .orElseGet(() -> ConditionOutcome.noMatch(
                        ConditionMessage.forCondition("caller-resolver").because("no pool's is principal")));
    }

    private static boolean isPrincipal(Environment environment, PoolName pool) {
        return Binder.get(environment)
                .bind(pool.prefix() + ".caller-resolver", String.class)
                .map(name -> name.strip().toLowerCase(Locale.ROOT).equals("principal"))
                .orElse(false);
    }
}
