package io.github.geminipool.benchmarks;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A database that does nothing, so that only the connection pool is measured. */
final class StubDatabase {

    private StubDatabase() {}

    static DataSource dataSource() {
        return stub(DataSource.class);
    }

    private static <T> T stub(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> answer(self, method)));
    }

    private static @Nullable Object answer(Object self, Method method) {
        Class<?> type = method.getReturnType();
        if (type == Connection.class) {
            return stub(Connection.class);
        }
        return switch (method.getName()) {
            case "isValid", "getAutoCommit" -> true;
            case "getLoginTimeout" -> 5;
            case "hashCode" -> System.identityHashCode(self);
            case "toString" -> "stub";
            default -> zero(type);
        };
    }

    private static @Nullable Object zero(Class<?> type) {
        if (type == boolean.class) {
            return false;
        }
        return type == int.class ? 0 : null;
    }
}
