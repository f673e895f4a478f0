<?php
// The settings of a WordPress that a test has for itself: where it stands and whom it may ask, it is told when it starts.
define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:' . getenv('WORDPRESS_SOCKET'));
define('DB_CHARSET', 'utf8mb4');
define('WP_HOME', getenv('WORDPRESS_URL'));
define('WP_SITEURL', WP_HOME);

// It asks nobody but the home: not whether there are newer versions, and not by itself at odd times.
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('WP_ACCESSIBLE_HOSTS', parse_url(getenv('WORDPRESS_NEIGHBOUR'), PHP_URL_HOST));
define('DISABLE_WP_CRON', true);

$table_prefix = 'wp_';
require_once ABSPATH . 'wp-settings.php';
