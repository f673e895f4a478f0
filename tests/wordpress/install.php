<?php
// Run in the folder of a WordPress that is not installed yet: what its owner does before a stranger can link to it.
define('WP_INSTALLING', true);
require getcwd() . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
require __DIR__ . '/post.php';

wp_install('The other side', 'owner', 'owner@wordpress.example', true, '', wp_generate_password());
if (!extension_loaded('xml') || !wp_get_theme()->exists()) {
    fwrite(STDERR, "WordPress takes no pingbacks without php-xml, and shows none without a theme: install both.\n");
    exit(1);
}
// Pings are open as WordPress comes; each waits for its owner's yes, unless that is not asked for.
update_option('comment_previously_approved', '0');
$post = publish_post('Lamps on the quay', 'The lamps along the quay are lit again.');
echo get_permalink($post);
