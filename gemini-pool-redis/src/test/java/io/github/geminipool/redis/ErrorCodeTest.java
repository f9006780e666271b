package io.github.geminipool.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisCommandExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Errors of scripts as Redis 6.2.11 and 7.0.15 answer them. */
class ErrorCodeTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        READONLY  | READONLY You can't write against a read only replica. script: d125, on @user_script:135.
        READONLY  | ERR Error running script (call to f_d125): @user_script:135: @user_script: 135: -READONLY You can't write against a read only replica.
        OOM       | ERR Error running script (call to f_d125): @user_script:135: @user_script: 135: -OOM command not allowed when used memory > 'maxmemory'.
        WRONGTYPE | ERR Error running script (call to f_d125): @user_script:70: WRONGTYPE Operation against a key holding the wrong kind of value
        WRONGTYPE | WRONGTYPE Operation against a key holding the wrong kind of value script: 58bf, on @user_script:10.
        NOPERM    | NOPERM this user has no permissions to access one of the channels used as arguments
        ERR       | ERR Error running script (call to f_d125): @user_script:1: attempt to call a nil value
        """)
    void isFoundWhereverTheServerPutsIt(String code, String message) {
        assertThat(ErrorCode.of(new RedisCommandExecutionException(message))).isEqualTo(code);
    }

    @Test
    void aConnectionThatThereIsNotHasNone() {
        assertThat(ErrorCode.of(new RedisUnavailableException("not connected"))).isNull();
    }
}
