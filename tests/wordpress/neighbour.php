<?php
// A must-use plugin. WordPress asks no address on this machine and no unusual port, unless a filter says that it may:
// here it may ask the one home that the test has.
add_filter('http_request_host_is_external', function ($is_external, $host) {
    return $is_external || $host === parse_url(getenv('WORDPRESS_NEIGHBOUR'), PHP_URL_HOST);
}, 10, 2);
add_filter('http_allowed_safe_ports', function ($ports) {
    return [...$ports, parse_url(getenv('WORDPRESS_NEIGHBOUR'), PHP_URL_PORT)];
});
